# The same commands as the Makefile's, in two stages.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN make build

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data quarterdeck && install -d -o quarterdeck -m 0700 /data
COPY --from=build /src/target/release/quarterdeck /usr/local/bin/quarterdeck
USER quarterdeck
ENV QUARTERDECK_LISTEN=0.0.0.0:8080 QUARTERDECK_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["quarterdeck", "doctor", "--probe", "http://127.0.0.1:8080"]
ENTRYPOINT ["quarterdeck"]
CMD ["serve"]
