"""Names anomalies in a series of measurements."""

from openai import OpenAI

WINDOW = 128
CONTEXT = 3


def anomalies(series: list[float]) -> list[int]:
    found = []
    for at in range(CONTEXT, len(series)):
        before = series[max(0, at - WINDOW) : at]
        if series[at] > 3 * sum(before) / len(before):
            found.append(at)
    return found


def name(series: list[float], at: int) -> str:
    around = series[at - CONTEXT : at + CONTEXT]
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Classify this anomaly: {around}"}],
        max_tokens=30,
    )
    return completion.choices[0].message.content


def main() -> None:
    series = [1.0] * 150 + [9.0] + [1.0] * 40
    for at in anomalies(series):
        print(name(series, at))
    print(len(range(0, len(series), WINDOW)), "batches")
