package io.waybill.route;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.RunResult;
import io.waybill.run.RunJson;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Converter;

/** The result of a run for steps behind it: what {@code waybill run --json} prints. */
@Converter(generateLoader = true)
public final class ResultConverter {

    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private ResultConverter() {}

    @Converter
    public static JsonNode toJson(RunResult result) {
        return RunJson.of(result);
    }

    /** In one line. */
    @Converter
    public static String toText(RunResult result) {
        return RunJson.of(result).toString();
    }

    @Converter
    public static InputStream toInputStream(RunResult result) {
        return new ByteArrayInputStream(toText(result).getBytes(StandardCharsets.UTF_8));
    }

    @Converter
    public static Map<?, ?> toMap(RunResult result) {
        return FactsJson.MAPPER.convertValue(RunJson.of(result), MAP);
    }
}
