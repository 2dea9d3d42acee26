"""An inventory as text, Markdown, HTML, JSON, SARIF and what CI systems read, without its secrets."""
