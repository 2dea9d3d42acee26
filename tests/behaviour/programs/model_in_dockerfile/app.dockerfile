FROM python:3.12-slim
ARG MODEL=gpt-4o
ENV DEBUG=0 \
    CHAT_MODEL=${MODEL}
RUN pip install openai
