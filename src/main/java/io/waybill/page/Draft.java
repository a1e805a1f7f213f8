package io.waybill.page;

import io.waybill.server.FormFields;
import io.waybill.server.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A flow's text that somebody is at, and has not saved. The page keeps it: a browser that is closed has saved nothing.
 *
 * @param id the flow's
 * @param tag of the text that was begun with; empty for a flow that is not there yet
 * @param text as it is now
 */
record Draft(String id, String tag, String text) {

    /** That of a form; its text is kept byte for byte, which browsers do not with line breaks. */
    static Draft of(FormFields form) {
        return new Draft(
                form.text("id").orElseThrow(() -> Refused.badRequest("id: is missing")),
                form.text("tag").orElse(""),
                decoded(form.first("base").orElse("")));
    }

    private static String decoded(String base) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw Refused.badRequest("base: is not the text of a flow; load the page again");
        }
    }

    /** The text as the form keeps it. */
    String base() {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isNew() {
        return tag.isEmpty();
    }

    Draft with(String other) {
        return new Draft(id, tag, other);
    }

    Draft withTag(String other) {
        return new Draft(id, other, text);
    }

    /** The draft with a text that came from a browser, whose line breaks are not those of the file. */
    Draft written(String other) {
        String plain = other.replace("\r\n", "\n");
        if (plain.equals(text.replace("\r\n", "\n"))) {
            return this;
        }
        return with(text.contains("\r\n") ? plain.replace("\n", "\r\n") : plain);
    }
}
