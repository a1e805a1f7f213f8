package io.waybill.flow;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronField;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.QuestionMark;
import com.cronutils.parser.CronParser;
import java.text.ParseException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/**
 * A schedule in cron's notation: Unix's five fields, or the six or seven of Quartz.
 *
 * @param text as the user wrote it
 * @param quartz the same in Quartz's notation, which numbers the days of the week from Sunday = 1
 */
public record Cron(String text, String quartz) {

    /** The longest that it can be from one time to the next: from one 29th of February, over a year of 1900, to the next but one. */
    static final Duration LONGEST = Duration.ofDays(9 * 366);

    private static final CronParser UNIX = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    private static final CronParser QUARTZ =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

    /**
     * Reads a schedule.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static Cron parse(String text) {
        String trimmed = text.trim().replaceAll("\\s+", " ");
        int fields = trimmed.isEmpty() ? 0 : trimmed.split(" ").length;
        try {
            return switch (fields) {
                case 5 -> new Cron(text, fromUnix(trimmed));
                case 6, 7 -> new Cron(text, QUARTZ.parse(trimmed).validate().asString());
                default -> throw new IllegalArgumentException("it has " + fields + " field" + (fields == 1 ? "" : "s"));
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a schedule: " + firstSentence(e)
                            + "; allowed: five fields of Unix cron (\"0 2 * * *\": minute, hour, day, month, weekday),"
                            + " or Quartz's six or seven (\"0 0 2 * * ?\": seconds first)",
                    e);
        }
    }

    private static String firstSentence(IllegalArgumentException e) {
        String message = e.getMessage() == null ? "it cannot be read" : e.getMessage();
        return message.lines().findFirst().orElse(message).replaceAll("\\.$", "");
    }

    private static String fromUnix(String text) {
        com.cronutils.model.Cron unix = UNIX.parse(text).validate();
        if (isRestricted(unix, CronFieldName.DAY_OF_MONTH) && isRestricted(unix, CronFieldName.DAY_OF_WEEK)) {
            // Unix runs when either matches; Quartz takes only one of the two
            throw new IllegalArgumentException(
                    "it sets both the day of the month and the day of the week; use two triggers, one for each");
        }
        return CronMapper.fromUnixToQuartz().map(unix).asString();
    }

    private static boolean isRestricted(com.cronutils.model.Cron cron, CronFieldName name) {
        CronField field = cron.retrieveFieldsAsMap().get(name);
        return !(field.getExpression() instanceof Always || field.getExpression() instanceof QuestionMark);
    }

    /** The next time after the given one, as Quartz has it, which fires it; empty where there is none. */
    public Optional<ZonedDateTime> next(ZonedDateTime after) {
        try {
            CronExpression expression = new CronExpression(quartz);
            expression.setTimeZone(TimeZone.getTimeZone(after.getZone()));
            return Optional.ofNullable(expression.getTimeAfter(Date.from(after.toInstant())))
                    .map(time -> time.toInstant().atZone(after.getZone()));
        } catch (ParseException e) {
            throw new IllegalStateException(quartz + ": " + e.getMessage(), e);
        }
    }

    /** As it is read. */
    @Override
    public String toString() {
        return text;
    }
}
