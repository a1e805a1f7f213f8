package io.waybill.server;

import io.waybill.facts.FileContent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * What shows that a form is of this server's own page, and of the browser that it was given to: made of the cookie that this browser
 * has, which no other page can read.
 *
 * @param value what the form's hidden field has
 * @param newVisit the cookie that the browser is to be given for it; null where it has one
 */
public record FormSeal(String value, String newVisit) {

    /** The form's field. */
    public static final String FIELD = "_seal";

    private static final int RANDOM_BYTES = 32;

    /** That of a browser; one that has no cookie of this server's gets one. */
    static FormSeal of(Function<String, String> headers) {
        Cookies cookies = Cookies.of(headers);
        Optional<String> cookie = cookies.session().isPresent() ? cookies.session() : cookies.visit();
        if (cookie.isPresent()) {
            return new FormSeal(hash(cookie.get()), null);
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String visit = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        return new FormSeal(hash(visit), visit);
    }

    /** That of a call. */
    public static FormSeal of(Call call) {
        return of(call.headers());
    }

    /** Gives the browser its cookie with an answer, where it has none. */
    public Answer on(Answer answer, Call call) {
        return newVisit == null ? answer : answer.with("Set-Cookie", Cookies.setVisit(newVisit, call.isSecure()));
    }

    boolean isOn(FormFields form) {
        return newVisit == null
                && form.first(FIELD)
                        .filter(given -> MessageDigest.isEqual(
                                given.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                        .isPresent();
    }

    private static String hash(String cookie) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        FileContent.newSha256().digest(("form\n" + cookie).getBytes(StandardCharsets.US_ASCII)));
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return "FormSeal";
    }
}
