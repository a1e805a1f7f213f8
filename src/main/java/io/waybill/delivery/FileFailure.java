package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What this machine says against something with a file. */
public final class FileFailure {

    private FileFailure() {}

    /** The failure of something, with the system's reason. */
    public static WaybillException of(Stage stage, String what, IOException e) {
        return new WaybillException(stage, what + ": " + reason(e), e);
    }

    /** The system's reason, without the path that its message often is alone. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof NoSuchFileException
                || e instanceof FileNotFoundException
                        && String.valueOf(e.getMessage()).endsWith("(No such file or directory)")) {
            return "no such file";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e instanceof FileAlreadyExistsException ? "a file is in its way" : String.valueOf(e.getMessage());
    }

    /** The failure of something that may succeed when it is tried again. */
    public static WaybillException passing(Stage stage, String what, IOException e) {
        return new WaybillException(stage, true, what + ": " + reason(e), e);
    }
}
