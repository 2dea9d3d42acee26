"""An inventory as text, Markdown, HTML, JSON, SARIF and what CI systems read; secrets are masked on the way."""
