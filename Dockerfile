# Three images: `cli`, which runs `visitplannr` on whatever application is mounted at /app (for CI);
# `gateway`, which has this repository's application in it; and `localstack`, which runs functions as
# processes instead of containers.
ARG PYTHON_IMAGE=python:3.13-slim
ARG LOCALSTACK_IMAGE=localstack/localstack:4.14.0

FROM ${PYTHON_IMAGE} AS build
RUN python -m venv /opt/visitplannr
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements-run.lock requirements-install.lock ./
RUN /opt/visitplannr/bin/pip install --quiet --require-hashes -r requirements-run.lock \
    && pip install --quiet --target /build --require-hashes -r requirements-install.lock
COPY pyproject.toml README.md LICENSE /src/
COPY service /src/service
RUN cd /src && PYTHONPATH=/build python -m hatchling build -t wheel -d /wheels \
    && /opt/visitplannr/bin/pip install --quiet --no-deps /wheels/*.whl \
    && /opt/visitplannr/bin/pip uninstall --quiet --yes pip \
    && find /opt/visitplannr -name tests -type d -path '*site-packages*' -prune -exec rm -rf {} +

FROM ${PYTHON_IMAGE} AS cli
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin visitplannr
COPY --from=build /opt/visitplannr /opt/visitplannr
WORKDIR /app
USER visitplannr
ENV PATH=/opt/visitplannr/bin:$PATH PYTHONUNBUFFERED=1 HOME=/tmp \
    VISITPLANNR_PORT=8000 VISITPLANNR_CONSOLE_PORT=8001
EXPOSE 8000 8001
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --start-interval=500ms \
    CMD ["python", "-c", "import os, urllib.request as u; \
u.urlopen(f\"http://127.0.0.1:{os.environ['VISITPLANNR_PORT']}/_local/health\")"]
ENTRYPOINT ["visitplannr"]
CMD ["up", "--host", "0.0.0.0", "--state-dir", "/tmp/visitplannr"]

FROM cli AS gateway
COPY template.yaml .
COPY service/functions service/functions
CMD ["up", "--host", "0.0.0.0", "--wait-for-stack", "--stack-name", "visitplannr", \
    "--state-dir", "/tmp/visitplannr"]

FROM ${LOCALSTACK_IMAGE} AS localstack
# Functions get an interpreter environment of their own: boto3 and awslambdaric, not LocalStack's.
COPY requirements-run.lock /tmp/visitplannr/
RUN .venv/bin/python -m venv /opt/visitplannr \
    && /opt/visitplannr/bin/pip install --quiet --no-cache-dir --require-hashes \
        -r /tmp/visitplannr/requirements-run.lock
COPY --from=build /wheels /tmp/visitplannr/wheels
COPY localstack-init/requirements.lock /tmp/visitplannr/
# LocalStack's own environment keeps its packages; the executor needs these few beside them.
RUN /opt/visitplannr/bin/pip install --quiet --no-cache-dir --no-deps /tmp/visitplannr/wheels/*.whl \
    && /opt/visitplannr/bin/pip --python .venv/bin/python install --quiet --no-cache-dir --no-deps \
        --require-hashes -r /tmp/visitplannr/requirements.lock \
    && /opt/visitplannr/bin/pip --python .venv/bin/python install --quiet --no-cache-dir --no-deps \
        /tmp/visitplannr/wheels/*.whl \
    && /opt/visitplannr/bin/python -m visitplannr.runtime.interpreter /opt/visitplannr/packages \
    && rm -rf /tmp/visitplannr
COPY --chmod=755 localstack-init/healthy.py localstack-init/start.sh /etc/localstack/
COPY --chmod=755 localstack-init/ready.d/ /etc/localstack/init/ready.d/
COPY --chmod=755 localstack-init/shutdown.d/ /etc/localstack/init/shutdown.d/
COPY template.yaml /app/
COPY service/functions /app/service/functions
# LocalStack needs no rights but to its own folder, which a new volume has as it is here.
RUN mkdir -p /var/lib/localstack/visitplannr && chown -R localstack /var/lib/localstack
USER localstack
ENV LAMBDA_RUNTIME_EXECUTOR=process HOME=/home/localstack
ENTRYPOINT ["/etc/localstack/start.sh"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=120s --start-interval=500ms \
    CMD ["/opt/visitplannr/bin/python", "/etc/localstack/healthy.py"]
