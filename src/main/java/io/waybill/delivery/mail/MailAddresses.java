package io.waybill.delivery.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/** Apart from the kind, which is loaded where its library is not. */
final class MailAddresses {

    private MailAddresses() {}

    /** Whether a text names who gets mail; what has variables, or placeholders, is known when it is sent. */
    static boolean areSome(String text) {
        try {
            return text.contains("{") || InternetAddress.parse(text, true).length > 0;
        } catch (AddressException e) {
            return false;
        }
    }
}
