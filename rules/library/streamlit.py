@also("streamlit.sidebar.selectbox", "streamlit.radio", "streamlit.sidebar.radio")
@also("streamlit.select_slider", "streamlit.sidebar.select_slider", "streamlit.pills", "streamlit.segmented_control")
def selectbox(label, options, *rest, **more):
    return _one_of(options)


@also("streamlit.sidebar.multiselect")
def multiselect(label, options, *rest, **more):
    return [*options]


def _one_of(options):
    for option in options:
        return option


@also("streamlit.sidebar.text_input")
def text_input(label, value="", *rest, **more):
    return value
