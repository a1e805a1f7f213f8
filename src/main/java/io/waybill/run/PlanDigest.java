package io.waybill.run;

import io.waybill.database.DatabaseIdentity;
import io.waybill.facts.FileContent;
import io.waybill.flow.Form;
import io.waybill.part.FileCoding;
import io.waybill.privacy.PrivacyKey;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.SharedRanges;
import io.waybill.rows.TableRows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a plan makes of rows, in a few bytes: processes that have planned the same write the same files of the same rows. Of keys, their
 * fingerprints are in it.
 */
final class PlanDigest {

    private final MessageDigest digest = FileContent.newSha256();

    private PlanDigest() {}

    /**
     * @param database where the rows are
     * @param reader as whom they are read
     * @param keys finds a key of hashes and tokens, by where it was named and its id
     */
    static String of(
            Planner.Subject subject,
            SharedRanges shared,
            FileCoding coding,
            ZonedDateTime logicalTime,
            List<PlannedDelivery> deliveries,
            DatabaseIdentity database,
            String reader,
            BiFunction<String, String, PrivacyKey> keys) {
        PlanDigest all = new PlanDigest();
        all.add(Plan.class.getPackage().getImplementationVersion());
        all.add(subject.flow());
        all.add(database.product());
        all.add(database.database());
        all.add(database.system() == null ? database.address() : database.system());
        all.add(reader);
        all.add(shared.query().sql());
        for (Object parameter : shared.query().parameters()) {
            all.add(parameter == null ? null : parameter.getClass().getName() + " " + parameter);
        }
        all.add(shared.by());
        shared.query().columns().forEach(column -> all.add(column, keys));
        all.add(subject.export().format().extension());
        new TreeMap<>(subject.export().formatOptions()).forEach((option, value) -> all.add(option + "=" + value));
        all.add(Form.lower(coding.compression()));
        all.add(coding.openPgp() == null ? null : coding.openPgp().keys());
        all.add(subject.export().split());
        all.add(logicalTime);
        TableRows written = TableRows.added(
                shared.query().columns().stream().map(SelectedColumn::written).toList());
        deliveries.forEach(
                delivery -> all.add(new TreeMap<>(delivery.destination().numbers(written))));
        return HexFormat.of().formatHex(all.digest.digest());
    }

    private void add(SelectedColumn column, BiFunction<String, String, PrivacyKey> keys) {
        add(column.label());
        add(column.source().name());
        add(column.read().type());
        add(column.written().type());
        add(column.written().nullable());
        add(column.transform());
        if (column.transform() != null && column.transform().keyId() != null) {
            PrivacyKey key = keys.apply(
                    "column " + column.label() + ": key", column.transform().keyId());
            add(HexFormat.of().formatHex(key.fingerprint()));
        }
    }

    /** With its length, so that no two are taken for one. */
    private void add(Object value) {
        byte[] bytes = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
