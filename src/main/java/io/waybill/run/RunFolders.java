package io.waybill.run;

import io.waybill.delivery.StagingFolder;
import java.nio.file.Path;

/**
 * Where the files of runs wait.
 *
 * @param staging the folder of the folders of staged files, of runs that go elsewhere than to one folder of this machine
 * @param deadLetters the folder of the folders of undelivered files
 */
public record RunFolders(Path staging, Path deadLetters) {

    public StagingFolder stagingOf(String runId) {
        return new StagingFolder(staging.resolve(runId));
    }

    public Path deadLetterOf(String runId) {
        return deadLetters.resolve(runId);
    }
}
