# docs/operacion.md says how to use it. What is installed is what the lock pins, by its hashes.
FROM python:3.13-slim
WORKDIR /opt/cobranza
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE .env.example ./
COPY bot bot
COPY handlers handlers
COPY locales locales
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --system --uid 10001 cobranza \
    && install --directory --owner cobranza --mode 700 /data
USER cobranza
WORKDIR /data
ENV MPLCONFIGDIR=/tmp/matplotlib
ENTRYPOINT ["cobranza"]
CMD ["run"]
