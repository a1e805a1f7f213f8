package io.waybill.route.step;

import io.waybill.delivery.StagedFile;
import io.waybill.delivery.folder.MovedFiles;
import io.waybill.run.ActiveRun;
import io.waybill.run.DeliveryUnderWay;
import java.util.List;

/**
 * What a step of Waybill's has handed to the steps behind it, for one of them to publish.
 *
 * @param run the run
 * @param delivery the destination
 * @param numbers the numbers of the files within their run, from 1; the waybill's is the last
 * @param name the file's name at the destination; null for a message of all files
 * @param isWaybill whether it is the waybill
 * @param body what was put into the body
 * @param file what is to be published; null for a message of all files
 * @param moved what it is renamed by, where it is moved; null where it is sent
 * @param attachments what a message of all files has attached
 */
record Handed(
        ActiveRun run,
        DeliveryUnderWay delivery,
        List<Integer> numbers,
        String name,
        boolean isWaybill,
        Object body,
        StagedFile file,
        MovedFiles.Moved moved,
        List<String> attachments) {

    /** The exchange property that holds it, on copies of the exchange too. */
    static final String PROPERTY = "WaybillHanded";

    /** What it is, for people. */
    String words() {
        return name == null ? "the mail" : name;
    }

    @Override
    public String toString() {
        return words() + " of run " + run.runId();
    }

    /** Notes that it was published. */
    void taken() {
        numbers.forEach(delivery::taken);
    }
}
