"""What calls send: messages, templates and the form of answers."""
