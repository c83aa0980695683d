# Where the bundle is made, and what it runs on: any image with Node 24, for BUILD_BASE also with npm and a shell.
ARG BUILD_BASE=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_BASE} AS bundle
WORKDIR /src
COPY package.json package-lock.json ./
# A registry of one's own: --secret id=npmrc,src=$HOME/.npmrc
RUN --mount=type=secret,id=npmrc,target=/src/.npmrc npm ci --ignore-scripts --prefer-offline --no-audit --no-fund
COPY . .
RUN node tools/bundle/main.ts

# Distroless keeps Node in a folder of its own.
FROM ${BASE} AS program
ENV PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=bundle /src/dist /app/dist
COPY LICENSE /app/LICENSE

# Node takes only what the same user compiled from the same path.
FROM program AS compiled
USER 65532:65532
ENV NODE_COMPILE_CACHE=/tmp/compiled
RUN ["node", "--max-semi-space-size=8", "/app/dist/operator.mjs", "--help"]

FROM program
ARG VERSION=0.0.0 REVISION= SOURCE=
LABEL org.opencontainers.image.title="ApprovalGate" \
      org.opencontainers.image.description="Pauses an AI agent before an irreversible action until a rule or a person decides" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
# Read by everybody and written by nobody: whoever takes over the process cannot change what the next one runs.
COPY --from=compiled --chown=0:0 --chmod=0555 /tmp/compiled /app/compiled
ENV NODE_COMPILE_CACHE=/app/compiled
WORKDIR /app
USER 65532:65532
EXPOSE 8080 9443 3000
ENTRYPOINT ["node", "--max-semi-space-size=8", "/app/dist/operator.mjs"]
