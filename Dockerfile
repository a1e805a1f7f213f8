# Builds Waybill and runs its schedules. Flows and settings are mounted:
#   docker build -t waybill .
#   docker run -v $PWD/routes:/work/routes -v $PWD/application.properties:/work/application.properties \
#              -v $PWD/exports:/work/exports waybill
FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY src ./src
# what init and demo write
COPY routes ./routes
COPY docs/flow.schema.json ./docs/
RUN mvn -B -ntp -DskipTests -Dspotless.check.skip package

FROM eclipse-temurin:17-jre
COPY --from=build /build/target/waybill.jar /opt/waybill/target/waybill.jar
COPY --from=build /build/target/lib /opt/waybill/target/lib
COPY --from=build /build/target/lib-server /opt/waybill/target/lib-server
COPY --from=build /build/target/lib-opentelemetry /opt/waybill/target/lib-opentelemetry
COPY waybill /opt/waybill/waybill
# what Java is to remember of a start
RUN /opt/waybill/waybill --version
WORKDIR /work
COPY application.properties ./
COPY routes ./routes
RUN useradd --system waybill && chown waybill /work
USER waybill
ENTRYPOINT ["/opt/waybill/waybill"]
CMD ["serve"]
