package io.waybill;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class tells in its log, from now on until it is closed. */
public final class LogHeard extends Handler implements AutoCloseable {

    private final Logger logger;
    private final Level level;
    private final List<String> told = new CopyOnWriteArrayList<>();

    private LogHeard(Logger logger) {
        this.logger = logger;
        this.level = logger.getLevel();
    }

    public static LogHeard of(Class<?> teller) {
        return of(teller.getName());
    }

    /** @param teller the class's name, where it is its package's own */
    public static LogHeard of(String teller) {
        LogHeard heard = new LogHeard(Logger.getLogger(teller));
        heard.logger.addHandler(heard);
        heard.logger.setLevel(Level.INFO); // else what the tests' log leaves out is not told
        return heard;
    }

    /** Line by line. */
    public List<String> told() {
        return told;
    }

    @Override
    public void publish(LogRecord entry) {
        told.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(level);
    }
}
