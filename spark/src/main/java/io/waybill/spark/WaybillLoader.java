package io.waybill.spark;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/** Loads Waybill and its libraries from its own jars, whatever versions of them Spark has; Spark itself is as Spark's loader has it. */
final class WaybillLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    /** What is Spark's alone. */
    private static final List<String> SPARKS = List.of("org.apache.spark.", "scala.");

    private final ClassLoader spark;

    WaybillLoader(List<URL> jars, ClassLoader spark) {
        super("waybill", jars.toArray(URL[]::new), getPlatformClassLoader());
        this.spark = spark;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        return SPARKS.stream().anyMatch(name::startsWith) ? spark.loadClass(name) : super.findClass(name);
    }
}
