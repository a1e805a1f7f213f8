package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import org.apache.iceberg.Table;

/**
 * A file of a run, by its name: {@code flow/run/part-00000.parquet}.
 *
 * @param flow the flow
 * @param runId the run
 * @param file its name in the run's folder
 */
record FileOfRun(String flow, String runId, String file) {

    private static final String WAYBILL = ".waybill.json";

    /** @throws WaybillException when it is none */
    static FileOfRun parse(String name) {
        String[] folders = name == null ? new String[0] : name.split("/", -1);
        if (folders.length != 3) {
            throw WaybillException.undelivered("waybill-iceberg: \"" + name
                    + "\" is no file of a run; files come from waybill:part and waybill:manifest, whose names are"
                    + " flow/run/file");
        }
        return new FileOfRun(folders[0], folders[1], folders[2]);
    }

    boolean isWaybill() {
        return file.endsWith(WAYBILL);
    }

    /** Another file of the run. */
    FileOfRun beside(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw WaybillException.undelivered("waybill-iceberg: \"" + name + "\" is not beside its waybill, " + this);
        }
        return new FileOfRun(flow, runId, name);
    }

    /** The file of the keys of its rows. */
    FileOfRun keys() {
        return new FileOfRun(flow, runId, file.replaceFirst("(\\.parquet)?$", ".keys.parquet"));
    }

    /** Where it lies: each try of a run has a folder of its own, since what a snapshot once had stays for who looks back. */
    String location(Table table, RunMark mark) {
        return table.locationProvider().newDataLocation(flow + "/" + mark.token() + "/" + file);
    }

    @Override
    public String toString() {
        return flow + "/" + runId + "/" + file;
    }
}
