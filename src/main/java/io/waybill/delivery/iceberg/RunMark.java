package io.waybill.delivery.iceberg;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a table says of a run. It is said twice, in one commit: in the summary of the run's snapshot, and in a property of the table, which
 * stays when the snapshot is expired.
 *
 * @param runId the run
 * @param tries how often what it had brought was taken back; files and marks of each try have names of their own
 * @param isCommitted whether the table has its rows
 */
record RunMark(String runId, int tries, boolean isCommitted) {

    /** What the properties begin with: the ledger and the flow follow, since ledgers have flows of one name. */
    static final String PREFIX = "waybill.";

    /** The end of the property that names the latest run. */
    static final String RUN = ".run";

    /** The end of the property that says up to where its rows go. */
    static final String UP_TO = ".up-to";

    /** The run, in the summary of its snapshot. */
    static final String IN_SUMMARY = "waybill.run";

    /** The property that names the runs which were taken back, and how often. */
    static final String WITHDRAWN = "waybill.withdrawn";

    /** A process that went on with so old a run would have been dead to its ledger for as many failed runs. */
    private static final int MOST_WITHDRAWN = 100;

    static RunMark of(TableMetadata table, String runId) {
        int tries = withdrawn(table.properties()).getOrDefault(runId, 0);
        String token = token(runId, tries);
        boolean named = table.properties().entrySet().stream()
                .anyMatch(property -> property.getKey().startsWith(PREFIX)
                        && property.getKey().endsWith(RUN)
                        && property.getValue().equals(token));
        return new RunMark(runId, tries, named || find(table, token) != null);
    }

    /** The same, once the table has the run. */
    RunMark committed() {
        return new RunMark(runId, tries, true);
    }

    /** What the table said of the run before it was taken back, each time. */
    List<RunMark> earlier() {
        return IntStream.range(0, tries)
                .mapToObj(before -> new RunMark(runId, before, false))
                .toList();
    }

    /** What names the run in the table, and in the folder of its files. */
    String token() {
        return token(runId, tries);
    }

    private static String token(String runId, int tries) {
        return tries == 0 ? runId : runId + "." + tries;
    }

    /** The snapshot of a run; null where it is not there, or not any more. */
    static Snapshot find(TableMetadata table, String token) {
        if (table.currentSnapshot() == null) {
            return null;
        }
        for (Snapshot snapshot :
                SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
            if (token.equals(snapshot.summary().get(IN_SUMMARY))) {
                return snapshot;
            }
        }
        return null;
    }

    private static Map<String, Integer> withdrawn(Map<String, String> properties) {
        Map<String, Integer> withdrawn = new LinkedHashMap<>();
        for (String run : properties.getOrDefault(WITHDRAWN, "").split(",")) {
            int equals = run.indexOf('=');
            if (equals > 0 && run.substring(equals + 1).matches("\\d{1,6}")) {
                withdrawn.put(run.substring(0, equals), Integer.valueOf(run.substring(equals + 1)));
            }
        }
        return withdrawn;
    }

    /** The property {@link #WITHDRAWN} once this run is taken back. */
    String withdrawnToo(Map<String, String> properties) {
        Map<String, Integer> withdrawn = withdrawn(properties);
        withdrawn.remove(runId);
        withdrawn.put(runId, tries + 1);
        List<String> latest = new ArrayList<>();
        withdrawn.forEach((run, times) -> latest.add(run + "=" + times));
        return String.join(",", latest.subList(Math.max(0, latest.size() - MOST_WITHDRAWN), latest.size()));
    }
}
