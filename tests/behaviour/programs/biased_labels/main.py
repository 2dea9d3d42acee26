"""Intent detection for the phone menu; pushes the model towards its three labels."""

from openai import OpenAI

LABELS = {"cancel": 51, "move": 612, "complain": 2077}
BIAS = {str(token): 8 for token in LABELS.values()}


def detect_intent(utterance: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": f"Detect the caller's intent. Labels: {', '.join(LABELS)}."},
            {"role": "user", "content": utterance},
        ],
        max_tokens=16,
        logit_bias=BIAS,
    )
    label = completion.choices[0].message.content.strip().lower()
    return label if label in LABELS else "other"


def main() -> None:
    print(detect_intent("I want to end my contract in June."))
