package io.waybill.route;

import io.waybill.delivery.StagingFolder;
import java.nio.file.Path;

/**
 * Where the files of runs wait.
 *
 * @param staging the folder of the folders of staged files, of runs that go elsewhere than to one folder of this machine
 * @param deadLetters the folder of the folders of undelivered files
 */
record RunFolders(Path staging, Path deadLetters) {

    StagingFolder stagingOf(String runId) {
        return new StagingFolder(staging.resolve(runId));
    }

    Path deadLetterOf(String runId) {
        return deadLetters.resolve(runId);
    }
}
