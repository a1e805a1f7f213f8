package io.waybill.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.NearestName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call of an operation, as it came: what is not understood of it is refused.
 *
 * @param path the values of the path's variables, by their names
 * @param query the parameters behind the question mark, by their names
 * @param headers the value of a header; null where there is none
 * @param body empty where there is none
 * @param caller who calls
 * @param target the path and what stands behind it, raw
 * @param isSecure whether nobody on the way can listen
 */
public record Call(
        Operation operation,
        Map<String, String> path,
        Map<String, String> query,
        Function<String, String> headers,
        byte[] body,
        Caller caller,
        String target,
        boolean isSecure) {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);

    /** What bodies may say that they are in. */
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii");

    /** The value of a variable of the path. */
    public String variable(String name) {
        return path.get(name);
    }

    /** A header, without blanks around it. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name)).map(String::strip);
    }

    /** A parameter behind the question mark. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** A number behind the question mark. */
    public int number(String name, int least, int most, int otherwise) {
        return parameter(name)
                .map(text -> {
                    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                        throw Refused.badRequest(
                                name + ": \"" + text + "\" is not a number; " + least + " to " + most + " is allowed");
                    }
                    return Integer.parseInt(text);
                })
                .orElse(otherwise);
    }

    /** A flag behind the question mark, false without it. */
    public boolean flag(String name) {
        return parameter(name)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw Refused.badRequest(name + ": \"" + text + "\" is not true or false");
                })
                .orElse(false);
    }

    /** The media type of the body, without its parameters, in small letters; empty where none is said. */
    String type() {
        return header("Content-Type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** The body as text. */
    String text(Collection<String> types) {
        requireType(types);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refused.badRequest("the body is not UTF-8");
        }
    }

    private void requireType(Collection<String> types) {
        if (!types.contains(type())) {
            throw Refused.of(
                    415, "Content-Type: \"" + type() + "\" is not taken here; allowed: " + String.join(", ", types));
        }
        Matcher charset = CHARSET.matcher(header("Content-Type").orElse(""));
        if (charset.find() && !UTF_8.contains(charset.group(1).toLowerCase(Locale.ROOT))) {
            throw Refused.of(
                    415, "Content-Type: charset \"" + charset.group(1) + "\" is not taken; bodies are in UTF-8");
        }
    }

    /** The fields of the form that was sent. */
    public FormFields form() {
        requireType(java.util.List.of(Operation.FORM, FormFields.KEPT));
        return FormFields.read(new String(body, StandardCharsets.US_ASCII));
    }

    /** Who cannot call so, since nothing is known of what they want. */
    static Call of(Function<String, String> headers, Caller caller, String target, boolean isSecure) {
        return new Call(null, Map.of(), Map.of(), headers, new byte[0], caller, target, isSecure);
    }

    /** The body as a JSON object; an empty one where there is no body. */
    ObjectNode json() {
        if (body.length == 0) {
            return STRICT.createObjectNode();
        }
        requireType(java.util.List.of(Answer.JSON));
        try {
            JsonNode read = STRICT.readTree(body);
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw Refused.badRequest("the body is not a JSON object");
        } catch (JsonProcessingException e) {
            throw Refused.badRequest("the body is not JSON: "
                    + (e.getLocation() == null
                            ? ""
                            : "line " + e.getLocation().getLineNr() + ", column "
                                    + e.getLocation().getColumnNr() + ": ")
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw Refused.badRequest("the body is not JSON in UTF-8");
        }
    }

    /** Refuses fields of an object that are not among those allowed. */
    static void refuseOthers(ObjectNode object, String path, Collection<String> allowed) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw Refused.badRequest(path + name + ": is not known; allowed: " + String.join(", ", allowed)
                        + NearestName.hint(name, allowed));
            }
        }
    }
}
