# Builds Waybill and runs its schedules. Flows and settings are mounted:
#   docker build -t waybill .
#   docker run -v $PWD/routes:/work/routes -v $PWD/application.properties:/work/application.properties \
#              -v $PWD/exports:/work/exports -v $PWD/data:/work/data waybill
# What other machines may reach has to be asked for, WAYBILL_SERVER_HOST=0.0.0.0, and takes a token: docs/server.md.
FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml waybill ./
COPY src ./src
# what init and demo write
COPY routes ./routes
COPY docs/flow.schema.json ./docs/
RUN mvn -B -ntp -DskipTests -Dspotless.check.skip package

FROM eclipse-temurin:17-jre
COPY --from=build /build/waybill /opt/waybill/bin/waybill
COPY --from=build /build/target/waybill.jar /opt/waybill/waybill.jar
COPY --from=build /build/target/lib /opt/waybill/lib
COPY --from=build /build/target/lib-server /opt/waybill/lib-server
COPY --from=build /build/target/lib-xml /opt/waybill/lib-xml
COPY --from=build /build/target/lib-opentelemetry /opt/waybill/lib-opentelemetry
COPY --from=build /build/target/lib-iceberg /opt/waybill/lib-iceberg
# what Java is to remember of a start
RUN /opt/waybill/bin/waybill --version
RUN useradd --system --uid 999 waybill && mkdir -p /work/routes /work/exports /work/data && chown -R waybill /work
USER 999
WORKDIR /work
EXPOSE 8080
# by the shell alone: a client of its own would be a start of Java each time
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/waybill/bin/waybill"]
CMD ["serve", "--port", "8080"]
