package io.waybill.delivery.http;

import static io.waybill.delivery.CommonSettings.CONNECT_TIMEOUT;
import static io.waybill.delivery.CommonSettings.TRUST_STORE;
import static io.waybill.delivery.CommonSettings.TRUST_STORE_PASSWORD;
import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.milliseconds;
import static io.waybill.settings.Setting.text;

import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.HttpUploads;
import io.waybill.flow.Delivery;
import io.waybill.flow.FileFormat;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.settings.Setting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** A server that takes files by HTTP, a request each. */
public final class HttpKind extends CamelKind {

    public HttpKind() {
        super("http", "http", "https");
    }

    @Override
    public boolean namesFiles(Delivery delivery) {
        return delivery.isDirectory()
                || FileFormat.ofFileName(delivery.address()).isPresent();
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                text("url", "for waybill check, where no flow says"),
                choice("method", List.of("POST", "PUT", "PATCH"), "")
                        .option("httpMethod")
                        .otherwise("POST"),
                text("username", "basic authentication").option("authUsername"),
                text("password", "").hidden().option("authPassword"),
                text("bearer-token", "").hidden(),
                text("oauth2-token-url", "client credentials").option("oauth2TokenEndpoint"),
                text("oauth2-client-id", "").option("oauth2ClientId"),
                text("oauth2-client-secret", "").hidden().option("oauth2ClientSecret"),
                text("oauth2-scope", "").option("oauth2Scope"),
                CONNECT_TIMEOUT.otherwise("180000"),
                milliseconds("timeout-ms", "how long an answer is waited for").option("responseTimeout"),
                TRUST_STORE,
                TRUST_STORE_PASSWORD);
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return connection.value("url");
    }

    @Override
    public String example() {
        return "https://host/path";
    }

    @Override
    public void check(ConnectionCheck check, Delivery delivery) {
        check.step("answers", () -> {
            try (ProducerTemplate template = check.context().createProducerTemplate()) {
                String endpoint = new PathTemplate(check.endpoint(delivery)).resolve(variable -> variable);
                Exchange sent = template.send(
                        endpoint.replace("httpMethod=POST", "httpMethod=HEAD")
                                        .replace("httpMethod=PUT", "httpMethod=HEAD")
                                + "&throwExceptionOnFailure=false",
                        exchange -> exchange.getMessage().setBody(null));
                if (sent.getException() != null) {
                    throw sent.getException();
                }
                int status = sent.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
                if (status == 401 || status == 403) {
                    throw new WaybillException(Stage.PUBLISH, "with status " + status + ": it does not let us in");
                }
                return "to HEAD with status " + status + "; nothing was sent";
            }
        });
    }

    /** The URL up to its first folder with a variable; what follows is told with each file. */
    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        options.put("httpMethod", "POST");
        options.put("httpClientConfigurer", HttpUploads.REFERENCE);
        if (connection.has("oauth2-token-url")) {
            options.put("authMethod", "OAuth2");
        } else if (connection.has("username")) {
            options.put("authMethod", "Basic");
            options.put("authenticationPreemptive", "true");
        }
        String base = delivery.scheme() + "://" + delivery.authority();
        if (!delivery.namesFiles()) {
            return base + "/" + delivery.path().text();
        }
        String folder = Destinations.folder(delivery);
        return folder.isEmpty() ? base : base + "/" + folder;
    }

    @Override
    public Map<String, String> headers(Delivery delivery, Connection connection, String flow) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Idempotency-Key", "${header." + Destinations.IDEMPOTENCY_KEY + "}");
        headers.put("Content-Disposition", "attachment; filename=\"${file:onlyname}\"");
        if (delivery.namesFiles()) {
            headers.put(Exchange.HTTP_PATH, "${header." + Exchange.FILE_NAME + "}");
        }
        if (connection.has("bearer-token")) {
            // camel-http shows a bearer token to those alone that ask for it by a challenge
            headers.put("Authorization", "Bearer ${properties:" + connection.property("bearer-token") + "}");
        }
        return headers;
    }

    @Override
    public boolean isLasting(Throwable cause) {
        return HttpAnswers.areLasting(cause);
    }

    @Override
    public Duration askedWait(Throwable cause) {
        return HttpAnswers.askedWait(cause);
    }

    @Override
    public String reason(Throwable cause) {
        return HttpAnswers.reason(cause);
    }

    @Override
    public String explained(String reason) {
        return HttpAnswers.explained(reason);
    }
}
