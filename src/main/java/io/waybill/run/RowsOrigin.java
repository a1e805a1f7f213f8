package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.DatabaseIdentity;
import io.waybill.database.Databases;
import io.waybill.privacy.PrivacyKey;
import io.waybill.privacy.PrivateFormat;
import io.waybill.rows.RowFormat;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/**
 * Where the rows of a run come from, and what makes others of their values: what a process has to have as well whose settings are its own, lest
 * it write something else than was planned. Of what is secret, nothing is in it.
 *
 * @param database where the rows are
 * @param reader as whom they are read
 * @param keys fingerprints of the keys of hashes and tokens, by their ids
 */
record RowsOrigin(DatabaseIdentity database, String reader, SortedMap<String, String> keys) implements Serializable {

    /**
     * What a plan was made with.
     *
     * @param source the data source that it was made by
     */
    static RowsOrigin of(Plan plan, DataSource source) throws SQLException {
        SortedMap<String, String> keys = new TreeMap<>();
        RowFormat format = plan.format();
        if (format instanceof PrivateFormat treating) {
            treating.treated().values().stream()
                    .filter(column -> column.key() != null)
                    .forEach(column -> keys.put(column.key().id(), fingerprint(column.key())));
        }
        try (Connection connection = source.getConnection()) {
            return new RowsOrigin(
                    DatabaseIdentity.of(connection), Databases.of(connection).reader(connection), keys);
        }
    }

    /**
     * Refuses to read where this process would read other rows, or would make something else of their values.
     *
     * @param name of the data source
     * @param own what is called so here
     * @param ownKeys finds this process's key, by where it was named and its id
     */
    void require(String name, DataSource own, BiFunction<String, String, PrivacyKey> ownKeys) throws SQLException {
        keys.forEach((id, fingerprint) -> {
            if (!fingerprint(ownKeys.apply("key", id)).equals(fingerprint)) {
                throw WaybillException.refusal("key \"" + id + "\" is another one here than where the run was planned,"
                        + " and would make something else of the same values; set the same waybill.privacy-keys." + id
                        + " in both");
            }
        });
        try (Connection connection = own.getConnection()) {
            DatabaseIdentity found = DatabaseIdentity.of(connection);
            if (!database.isSame(found)) {
                throw WaybillException.refusal("data source \"" + name + "\" leads to " + found.words()
                        + " here, and where the run was planned to " + database.words()
                        + "; set waybill.datasource." + name + ".url alike in both");
            }
            String as = Databases.of(connection).reader(connection);
            if (!reader.equals(as)) {
                throw WaybillException.refusal("data source \"" + name + "\" reads as " + as
                        + " here, and where the run was planned as " + reader
                        + ", who may see other rows; set waybill.datasource." + name + ".username alike in both");
            }
        }
    }

    private static String fingerprint(PrivacyKey key) {
        return HexFormat.of().formatHex(key.fingerprint());
    }
}
