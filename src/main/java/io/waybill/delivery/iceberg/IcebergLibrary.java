package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import java.util.Map;

/** Iceberg's jars, which are on the class path of those alone who have tables. */
final class IcebergLibrary {

    /** A class of each artifact. */
    private static final Map<String, String> ARTIFACTS = Map.of(
            "org.apache.iceberg.catalog.Catalog", "org.apache.iceberg:iceberg-api",
            "org.apache.iceberg.CatalogUtil", "org.apache.iceberg:iceberg-core",
            "org.apache.iceberg.parquet.ParquetUtil", "org.apache.iceberg:iceberg-parquet");

    private IcebergLibrary() {}

    /** @throws WaybillException when a jar is missing; the message says which */
    static void require() {
        require(IcebergLibrary.class.getClassLoader());
    }

    static void require(ClassLoader loader) {
        ARTIFACTS.entrySet().stream()
                .filter(artifact -> !isThere(artifact.getKey(), loader))
                .map(Map.Entry::getValue)
                .sorted()
                .findFirst()
                .ifPresent(missing -> {
                    throw WaybillException.refusal(
                            "iceberg: " + missing + " is not on the class path; tables of Iceberg"
                                    + " need org.apache.iceberg:iceberg-core and org.apache.iceberg:iceberg-parquet, with what"
                                    + " these depend on (docs/iceberg.md)");
                });
    }

    private static boolean isThere(String type, ClassLoader loader) {
        try {
            Class.forName(type, false, loader);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
