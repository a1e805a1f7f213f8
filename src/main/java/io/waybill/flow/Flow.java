package io.waybill.flow;

import io.waybill.flow.RunRules.Notification;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A flow: what to export, from where, how, where to, and when.
 *
 * @param id its name, unique in the process
 * @param name its name for people
 * @param type what it does
 * @param namespace its group, and the first schema that its data set is looked for in
 * @param export what it exports; null for the feed flows
 * @param feed what it compares; null for the export flows
 * @param triggers when it runs by itself
 * @param place where it stands
 */
public record Flow(
        String id,
        String name,
        FlowType type,
        String namespace,
        Export export,
        Feed feed,
        List<Trigger> triggers,
        Place place) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    public Flow {
        triggers = List.copyOf(triggers);
    }

    public Optional<Export> exported() {
        return Optional.ofNullable(export);
    }

    /** What it compares to find changes; empty where it does not. */
    public Optional<Feed> compared() {
        return Optional.ofNullable(feed == null ? export.changes() : feed);
    }

    /** Whether it exports many tables, each by a run of its own. */
    public boolean isOfManyTables() {
        return export != null && export.isOfManyTables();
    }

    /** The data set that it reads; or the pattern of its tables, where these are many. */
    public String sourceDataset() {
        return feed == null ? export.sourceDataset() : feed.sourceDataset();
    }

    /** Whether columns marked {@code pii} leave as they are. */
    public boolean letsPersonalDataLeave() {
        return export != null && export.get(ExportKeys.PII_POLICY) == Selection.PiiPolicy.ALLOW;
    }

    /** From which day on its rows may leave, whoever has it run; those of a feed stay where they are, and have no such limit. */
    public DateLimit dateLimit() {
        return export == null ? DateLimit.NONE : export.dateLimit();
    }

    /** Who is told of what. */
    public List<Notification> notifications() {
        return feed == null ? export.notifications() : feed.notifications();
    }

    /** The zone of a run's logical date when no trigger set it off: the first trigger's, else UTC. */
    public ZoneId timezone() {
        return triggers.isEmpty() ? ZoneOffset.UTC : triggers.get(0).timezone();
    }

    /** What is wrong with the id of a flow or of a trigger; null where nothing is. */
    public static String idProblem(String id) {
        return ID.matcher(id).matches()
                ? null
                : "\"" + id + "\" is not an id; 1 to 100 letters, digits, _ and - are allowed";
    }
}
