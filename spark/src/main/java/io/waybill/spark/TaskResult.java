package io.waybill.spark;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.run.RangeTask.Written;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;

/** What an executor answers. */
sealed interface TaskResult extends Serializable {

    /** @param files of the range */
    record Done(List<Written> files) implements TaskResult {}

    /** What stays so however often it is tried. */
    record Failed(Stage stage, String message) implements TaskResult {}

    /** As it goes from one process of the same Waybill to another. */
    static byte[] bytes(Serializable value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (NotSerializableException e) {
            throw WaybillException.refusal(
                    "engine: \"spark\" cannot send a value of " + e.getMessage() + " to executors", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static <T> T of(byte[] bytes, Class<T> type) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return type.cast(in.readObject());
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(
                    "the driver and its executors have other versions of Waybill: " + e.getMessage(), e);
        }
    }
}
