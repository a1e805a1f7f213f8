package io.waybill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.slf4j.MDC;

/** A line of the log as an object of JSON, and nothing that the plain one does not tell but where it comes from. */
final class JsonLogLines extends Formatter {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final boolean debug;

    JsonLogLines(boolean debug) {
        this.debug = debug;
    }

    @Override
    public String format(LogRecord entry) {
        ObjectNode line = JSON.createObjectNode()
                .put("time", entry.getInstant().toString())
                .put("level", LogLines.level(entry.getLevel()))
                .put("logger", entry.getLoggerName())
                .put("message", formatMessage(entry));
        Map<String, String> about = MDC.getCopyOfContextMap();
        if (about != null) {
            new TreeMap<>(about).forEach(line::put);
        }
        line.put("thread", Thread.currentThread().getName());
        Throwable thrown = entry.getThrown();
        if (thrown != null) {
            Throwable known = Main.known(thrown);
            ObjectNode exception = line.putObject("exception")
                    .put("type", known.getClass().getName())
                    .put("message", Main.message(known));
            if (debug) {
                exception.put("trace", LogLines.trace(thrown));
            }
        }
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }
}
