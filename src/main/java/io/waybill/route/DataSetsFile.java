package io.waybill.route;

import io.waybill.flow.toml.DataSetsReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.scan.PackageScanJarResource;

/** The file beside a flow's that declares data sets. */
public final class DataSetsFile {

    private DataSetsFile() {}

    /** Whether a file is one, by its name. */
    static boolean is(Resource resource) {
        return resource.getLocation().endsWith(DataSetsReader.FILE_NAME);
    }

    /**
     * The one beside a flow's file; empty where there is none.
     *
     * @param flow a flow's file
     */
    public static Optional<Resource> beside(CamelContext context, Resource flow) throws IOException {
        Resource beside = flow instanceof PackageScanJarResource ? inJar(flow) : resolved(context, flow);
        return Optional.of(beside).filter(Resource::exists);
    }

    /** Where it would be. */
    static String locationBeside(Resource flow) {
        String location = flow.getLocation();
        return location.substring(0, location.lastIndexOf('/') + 1) + DataSetsReader.FILE_NAME;
    }

    private static Resource resolved(CamelContext context, Resource flow) {
        return PluginHelper.getResourceLoader(context).resolveResource(locationBeside(flow));
    }

    /** Of a jar, which may lie in another one, a resource is known by its URL alone: its location is none that anybody resolves. */
    private static Resource inJar(Resource flow) throws MalformedURLException {
        return new JarResource(flow.getScheme(), flow.getURL());
    }

    private static final class JarResource extends PackageScanJarResource {

        JarResource(String scheme, URL folder) {
            super(scheme, folder, DataSetsReader.FILE_NAME);
        }

        @Override
        public boolean exists() {
            try (InputStream in = getInputStream()) {
                return in != null;
            } catch (IOException e) {
                return false;
            }
        }
    }
}
