package io.waybill.privacy;

import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Small;
import java.nio.charset.StandardCharsets;

/** Leads tokens back to what they stand for, for whoever holds the key. For one thread. */
public final class Detokenizer {

    private final Tokens tokens;

    /** @param alphabet what was put in another's place */
    public Detokenizer(PrivacyKey key, Alphabet alphabet) {
        this.tokens = new Tokens(key, alphabet, Small.REFUSE);
    }

    /** @throws RefusedValueException when it is no token; the message says why, and nothing of it */
    public String text(String token) {
        byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
        tokens.decrypt(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
