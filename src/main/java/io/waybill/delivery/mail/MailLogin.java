package io.waybill.delivery.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.MailConfiguration;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.component.mail.MailProducer;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** Lends the session that camel-mail would send mails in, with all of the endpoint's settings. */
final class MailLogin extends MailProducer {

    private MailLogin(MailEndpoint endpoint) {
        super(endpoint, null);
    }

    /** Logs in to a mail server, and sends nothing; answers what it says of itself. */
    static String tryOut(MailEndpoint endpoint) throws MessagingException {
        MailConfiguration server = endpoint.getConfiguration();
        try (Transport transport = new MailLogin(endpoint).session().getTransport(server.getProtocol())) {
            transport.connect(server.getHost(), server.getPort(), server.getUsername(), server.getPassword());
            return about(transport);
        }
    }

    private Session session() {
        Exchange exchange = getEndpoint().createExchange();
        // any header of this kind has it made anew from the endpoint's settings
        exchange.getMessage().setHeader("mail.smtp.quitwait", "true");
        return getSender(exchange).getSession();
    }

    private static String about(Transport transport) {
        if (!(transport instanceof SMTPTransport smtp)) {
            return "";
        }
        String size = smtp.getExtensionParameter("SIZE");
        return (smtp.isSSL() ? "encrypted" : "not encrypted")
                + (size == null || size.isBlank() || size.strip().equals("0")
                        ? ""
                        : String.format(
                                Locale.ROOT, "; takes mails of %,d bytes at most", Long.parseLong(size.strip())));
    }
}
