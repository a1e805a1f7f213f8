package io.waybill.delivery.http;

import static io.waybill.delivery.CommonSettings.CONNECT_TIMEOUT;
import static io.waybill.delivery.CommonSettings.TRUST_STORE;
import static io.waybill.delivery.CommonSettings.TRUST_STORE_PASSWORD;
import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.milliseconds;
import static io.waybill.settings.Setting.text;

import io.waybill.WaybillException;
import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.HttpUploads;
import io.waybill.flow.Delivery;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Key;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Refusal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.http.base.HttpOperationFailedException;

/** A server that takes files by HTTP, a request each. */
public final class HttpKind extends CamelKind {

    private static final List<Key<?>> SETTINGS = List.of(
            text("url", "for waybill check, where no flow says"),
            choice("method", List.of("POST", "PUT", "PATCH"), "")
                    .option("httpMethod")
                    .otherwise("POST"),
            text("username", "basic authentication").option("authUsername"),
            text("password", "").secret().option("authPassword"),
            text("bearer-token", "").secret(),
            text("oauth2-token-url", "client credentials").option("oauth2TokenEndpoint"),
            text("oauth2-client-id", "").option("oauth2ClientId"),
            text("oauth2-client-secret", "").secret().option("oauth2ClientSecret"),
            text("oauth2-scope", "").option("oauth2Scope"),
            CONNECT_TIMEOUT.otherwise("180000"),
            milliseconds("timeout-ms", "how long an answer is waited for").option("responseTimeout"),
            TRUST_STORE,
            TRUST_STORE_PASSWORD);

    /** Camel's OAuth client, of a token that it did not get. */
    private static final Pattern TOKEN =
            Pattern.compile("error response from token request with Status Code: (\\d{3})");

    /** The longest wait that a server may ask for. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private static final String CONFIGURER = "httpClientConfigurer";

    public HttpKind() {
        super("http", "https://host/path", SETTINGS, "http", "https");
    }

    @Override
    public boolean namesFiles(Delivery delivery) {
        return delivery.isDirectory()
                || FileFormat.ofFileName(delivery.address()).isPresent();
    }

    /** Without a host the first folder would be one, and be shown what the connection is for another server. */
    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        return delivery.authority().isEmpty()
                ? List.of(new Refusal(
                        key,
                        "\"" + delivery.shownUri() + "\" names no host; write " + delivery.scheme() + "://host/path"))
                : List.of();
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return connection.value("url");
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
                    throw WaybillException.undelivered("with status " + status + ": it does not let us in");
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
        options.put(CONFIGURER, HttpUploads.REFERENCE);
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
    protected Set<String> beans() {
        return Set.of(CONFIGURER);
    }

    @Override
    protected boolean publishesBy(String scheme, String own) {
        return schemes().contains(scheme);
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

    /**
     * An answer is read as soon as it is there, also when the server takes no more of the file; it is waited for as long as the
     * endpoint's responseTimeout says; and what fails is tried again by the route alone.
     */
    @Override
    protected Object clientConfigurer() {
        return (HttpClientConfigurer) client -> {
            client.setRequestExecutor(new HttpUploadExecutor());
            client.disableAutomaticRetries();
        };
    }

    @Override
    public boolean isLasting(Throwable cause) {
        if (cause instanceof HttpOperationFailedException http) {
            return DeliveryFailure.isLasting(http.getStatusCode());
        }
        String message = String.valueOf(cause.getMessage());
        Matcher token = TOKEN.matcher(message);
        return token.find()
                ? DeliveryFailure.isLasting(Integer.parseInt(token.group(1)))
                : message.contains("doesn't match certificate");
    }

    /** By Retry-After (RFC 9110, 10.2.3). */
    @Override
    public Duration askedWait(Throwable cause) {
        if (!(cause instanceof HttpOperationFailedException http) || http.getResponseHeaders() == null) {
            return null;
        }
        return http.getResponseHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .findFirst()
                .map(header -> wait(header.getValue().strip()))
                .orElse(null);
    }

    /** Seconds, or a date. */
    private static Duration wait(String retryAfter) {
        Duration asked;
        try {
            asked = retryAfter.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(
                            Instant.now(), ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return null;
        }
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** Without the URL, which the exception's own message shows, query and all. */
    @Override
    public String reason(Throwable cause) {
        if (!(cause instanceof HttpOperationFailedException http)) {
            return null;
        }
        String text = http.getStatusText();
        return "the server answers with status " + http.getStatusCode()
                + (text == null || text.isBlank() ? "" : ", " + text) + redirection(http);
    }

    /** Where a server says that it has moved to; without the query and the user, which may hold a secret. */
    private static String redirection(HttpOperationFailedException answer) {
        if (answer.getStatusCode() / 100 != 3 || answer.getRedirectLocation() == null) {
            return "";
        }
        try {
            URI there = URI.create(answer.getRedirectLocation());
            return ": it is at "
                    + (there.isAbsolute()
                            ? there.getScheme() + "://"
                                    + String.valueOf(there.getRawAuthority()).replaceFirst(".*@", "")
                            : "another path")
                    + " now; files are not sent after it, set the URL to that";
        } catch (IllegalArgumentException e) {
            return ": it is elsewhere now";
        }
    }

    @Override
    public String explained(String reason) {
        Matcher token = TOKEN.matcher(reason);
        return token.find() ? "no token: the server of oauth2-token-url answers with status " + token.group(1) : reason;
    }
}
