package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * What a table has to be like for rows of it to be deleted by their keys, without being read: a file of keys deletes in its own partition
 * alone, unless the table has none, when it deletes anywhere.
 *
 * @param table what it is called
 * @param key the numbers of the key's columns
 */
record RowKeys(String table, Set<Integer> key) {

    /** Files that delete have been there since version 2 of the format. */
    private static final int LEAST_VERSION = 2;

    /** @throws WaybillException when rows would stay that are to be deleted */
    void requireFit(TableMetadata now, FileIO files) {
        if (now.formatVersion() < LEAST_VERSION) {
            throw refusal("it is of format version " + now.formatVersion()
                    + ", in which no file deletes rows; set its property format-version = 2");
        }
        Set<Integer> own = now.schema().identifierFieldIds();
        if (!own.isEmpty() && !own.equals(key)) {
            throw refusal("its identifier fields are " + names(now.schema(), own) + ", and the key of the rows is "
                    + names(now.schema(), key) + "; both have to be one");
        }
        requireFit(now.spec(), now.schema());
        if (now.spec().isPartitioned() && now.currentSnapshot() != null) {
            for (ManifestFile manifest : now.currentSnapshot().dataManifests(files)) {
                if (manifest.partitionSpecId() != now.spec().specId()
                        && (manifest.hasAddedFiles() || manifest.hasExistingFiles())) {
                    throw refusal("it has files of other partitions than those of now ("
                            + words(now.spec(manifest.partitionSpecId())) + "), whose rows no file of keys would"
                            + " delete; have its files written anew first (rewrite_data_files)");
                }
            }
        }
    }

    /** @throws WaybillException when a row may have been in another partition before */
    void requireFit(PartitionSpec spec, Schema schema) {
        List<PartitionField> beside = spec.fields().stream()
                .filter(field -> !field.transform().isVoid() && !key.contains(field.sourceId()))
                .toList();
        if (!beside.isEmpty()) {
            throw refusal("it is partitioned by "
                    + beside.stream().map(PartitionField::name).collect(Collectors.joining(", "))
                    + ", and the key, " + names(schema, key) + ", does not have "
                    + beside.stream()
                            .map(field -> "column " + schema.findColumnName(field.sourceId()))
                            .distinct()
                            .collect(Collectors.joining(", "))
                    + ": a row that has changed it would stay in its former partition, too; partition by columns of the"
                    + " key, bucket(16, column) for example, or not at all");
        }
    }

    private WaybillException refusal(String why) {
        return WaybillException.refusal(
                "iceberg: table " + table + " takes no rows by their key (write = \"upsert\"): " + why);
    }

    private static String names(Schema schema, Set<Integer> ids) {
        return new TreeSet<>(ids).stream().map(schema::findColumnName).collect(Collectors.joining(", "));
    }

    private static String words(PartitionSpec spec) {
        return spec.isUnpartitioned()
                ? "none"
                : spec.fields().stream().map(PartitionField::name).collect(Collectors.joining(", "));
    }
}
