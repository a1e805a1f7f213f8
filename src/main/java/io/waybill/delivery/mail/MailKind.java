package io.waybill.delivery.mail;

import static io.waybill.delivery.CommonSettings.LOGIN;
import static io.waybill.delivery.CommonSettings.TRUST_STORE;
import static io.waybill.delivery.CommonSettings.TRUST_STORE_PASSWORD;
import static io.waybill.delivery.CommonSettings.join;
import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.milliseconds;
import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import io.waybill.WaybillException;
import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.Destinations;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import io.waybill.flow.Library;
import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import jakarta.mail.AuthenticationFailedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mail.MailEndpoint;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** Somebody's mailbox: all files of a run go there in one mail. */
public final class MailKind extends CamelKind {

    private static final List<String> TLS = List.of("starttls", "implicit", "none");

    private static final List<Key<?>> SETTINGS = join(
            LOGIN,
            List.of(
                    text("from", "who the mail is from").option("from"),
                    Key.said(
                                    Recipients.SETTING,
                                    value -> {
                                        Recipients.parse(value);
                                        return value;
                                    },
                                    "who may get mail: domains and addresses, with commas between; anybody without it")
                            .option(null),
                    choice("tls", TLS, "a server without it is refused").otherwise("starttls"),
                    number("size-limit", 0, Long.MAX_VALUE, "bytes", "of all files of a mail")
                            .otherwise("20000000"),
                    text("link", "for more than that: where a file can be had, with {file} for its name"),
                    milliseconds("timeout-ms", "").option("connectionTimeout"),
                    TRUST_STORE,
                    TRUST_STORE_PASSWORD));

    /** What a mailto: says of who gets the mail (RFC 6068): options of the endpoint, where headers would take their place. */
    private static final List<String> RECIPIENTS = List.of("cc", "bcc", "reply-to");

    private static final List<String> QUERY = List.of("subject", "cc", "bcc", "reply-to");

    /** What stays so: a server without TLS, one of another name. */
    private static final List<String> LASTING =
            List.of("STARTTLS is required", "Can't verify identity of server", "Server identity does not match");

    private static final Library LIBRARY = new Library(
            "org.apache.camel:camel-mail", "org.apache.camel.component.mail.MailComponent", List.of("smtp", "smtps"));

    public MailKind() {
        super("smtp", "mailto:somebody@example.com", SETTINGS, "mailto");
    }

    @Override
    public Optional<Library> library() {
        return Optional.of(LIBRARY);
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return Optional.of("mailto:nobody@localhost");
    }

    @Override
    public void check(ConnectionCheck check, Delivery delivery) {
        check.step(
                "logs in",
                () -> MailLogin.tryOut(check.context().getEndpoint(check.endpoint(delivery), MailEndpoint.class)));
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        if (!MailAddresses.areSome(delivery.address())) {
            return List.of(new Refusal(
                    key,
                    "\"" + delivery.shownUri() + "\" is of nobody who gets mail; write mailto:somebody@example.com"));
        }
        return Stream.of(delivery.query().split("&"))
                .map(option -> option.contains("=") ? option.substring(0, option.indexOf('=')) : option)
                .filter(name -> !name.isEmpty() && !QUERY.contains(name.toLowerCase(Locale.ROOT)))
                .map(name -> new Refusal(
                        key,
                        "\"" + name + "\" is nothing that a mail takes here; allowed: " + String.join(", ", QUERY)
                                + NearestName.hint(name, QUERY)))
                .toList();
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        if (connection.server() == null) {
            throw WaybillException.refusal(
                    "delivery \"" + delivery.id() + "\": " + delivery.uri().text()
                            + " needs a connection of type smtp with a host: the mail server that takes it");
        }
        Recipients.require(delivery, connection);
        String tls = connection.choice("tls", TLS).orElse("starttls");
        if (tls.equals("starttls")) {
            options.put("mail.smtp.starttls.enable", "true");
            options.put("mail.smtp.starttls.required", "true");
        }
        if (tls.equals("implicit")) {
            options.put("mail.smtps.ssl.checkserveridentity", "true");
        }
        options.put("to", delivery.address());
        Destinations.query(delivery.query()).forEach((name, value) -> {
            if (RECIPIENTS.contains(name.toLowerCase(Locale.ROOT))) {
                options.put(name.toLowerCase(Locale.ROOT).replace("reply-to", "replyTo"), value);
            }
        });
        return (tls.equals("implicit") ? "smtps://" : "smtp://") + connection.server();
    }

    @Override
    protected boolean publishesBy(String scheme, String own) {
        return scheme.equals("smtp") || scheme.equals("smtps");
    }

    /** By the server, and by who gets it. */
    @Override
    protected boolean agrees(String endpoint, String own) {
        return super.agrees(endpoint, own)
                && Objects.equals(
                        Destinations.options(endpoint).get("to"),
                        Destinations.options(own).get("to"));
    }

    /** It is of the message. */
    @Override
    protected boolean queryIsOfTheEndpoint() {
        return false;
    }

    @Override
    public Map<String, String> headers(Delivery delivery, Connection connection, String flow) {
        String subject = Destinations.query(delivery.query()).get("subject");
        return Map.of("Subject", subject == null ? flow : Destinations.simple(subject));
    }

    @Override
    public Map<String, String> together(Connection connection) {
        Map<String, String> limits = new LinkedHashMap<>();
        if (connection.has("size-limit")) {
            limits.put("sizeLimit", connection.reference("size-limit"));
        }
        if (connection.has("link")) {
            limits.put("link", connection.reference("link"));
        }
        return limits;
    }

    @Override
    public boolean isLasting(Throwable cause) {
        return cause instanceof AuthenticationFailedException
                || cause instanceof SMTPSendFailedException mail && mail.getReturnCode() / 100 == 5
                || cause instanceof SMTPAddressFailedException address && address.getReturnCode() / 100 == 5
                || LASTING.stream().anyMatch(String.valueOf(cause.getMessage())::contains);
    }

    /** Of several who are to get it, which one does not: nobody gets it then. */
    @Override
    public String reason(Throwable cause) {
        return cause instanceof SMTPAddressFailedException refused
                ? "the server does not take mail to " + refused.getAddress() + ": "
                        + String.valueOf(refused.getMessage()).strip()
                : null;
    }
}
