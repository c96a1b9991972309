# One image for all services; the argument picks one: docker run IMAGE services/gateway/dist/main.js
# Base images are arguments, so that a mirror or a hardened image of your own can stand in. Both need Node.js.
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=node:24-bookworm-slim

# Manifests alone, and without times: the installations below run again when one of them changes, not with every line of code.
FROM ${BUILD_IMAGE} AS manifests
COPY . /source
WORKDIR /source
RUN mkdir /manifests \
 && find . -name package.json -o -name 'pnpm-*.yaml' | xargs cp --parents --target-directory=/manifests \
 && find /manifests -exec touch --date=@0 {} +

FROM ${BUILD_IMAGE} AS pnpm
ARG PNPM_VERSION=10.34.9
RUN npm install --global --no-audit --no-fund "pnpm@${PNPM_VERSION}"
WORKDIR /app

# What runs: the production dependencies of the services, as the lock file says.
FROM pnpm AS dependencies
COPY --from=manifests /manifests ./
RUN pnpm install --frozen-lockfile --prod --filter '{./services/*}...' --reporter=append-only \
 && rm -rf pnpm-*.yaml node_modules/.modules.yaml node_modules/.pnpm-workspace-state*.json \
 && find packages services -mindepth 2 -maxdepth 2 -name package.json -delete \
 && find packages services -type d -empty -delete \
 && find . -exec touch --no-dereference --date=@0 {} +

# The services and what they import of ours, compiled; each with its manifest and default configuration.
FROM pnpm AS build
COPY --from=manifests /manifests ./
RUN pnpm install --frozen-lockfile --filter roamgrid --filter '{./services/*}...' --reporter=append-only
COPY tsconfig.base.json ./
COPY packages packages
COPY services services
RUN node_modules/.bin/tsc -b services/* \
 && find packages services -path '*/node_modules' -prune -o -path '*/dist/*.js' -print -o -name config.default.yaml -print > /files \
 && for folder in packages/*/dist services/*/dist; do echo "${folder%/dist}/package.json" >> /files; done \
 && mkdir /compiled \
 && xargs cp --parents --target-directory=/compiled < /files

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=dependencies /app ./
COPY LICENSE ./
COPY protos protos
COPY --from=build /compiled ./

ARG ROAMGRID_VERSION=
ARG ROAMGRID_REVISION=
# Says the version, as every service does; the layers below depend on it.
RUN node services/gateway/dist/main.js --version
LABEL org.opencontainers.image.title="Roamgrid" \
      org.opencontainers.image.description="OCPI roaming platform: all services, one image" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${ROAMGRID_VERSION}" \
      org.opencontainers.image.revision="${ROAMGRID_REVISION}"
# Half of a container's memory limit is Node's own default for its heap; pages of objects live outside of it, as buffers.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=32 \
    ROAMGRID_VERSION=${ROAMGRID_VERSION} \
    ROAMGRID_REVISION=${ROAMGRID_REVISION}
USER 1000:1000
STOPSIGNAL SIGTERM
EXPOSE 8080 8081 8090 50051
ENTRYPOINT ["node"]
CMD ["--version"]
