package dev.sallyport.api.databases;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import java.util.Map;

/** Where a registered database is: as its spec says, and where that leaves it open as AWS says. */
record Resolved(RdsArn instance, Engine engine, String host, int port, Map<String, String> tags) {}
