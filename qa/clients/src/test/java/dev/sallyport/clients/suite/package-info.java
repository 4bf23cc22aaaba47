/**
 * Test suites of clients, as their authors wrote them, run in a JVM of their own: {@link dev.sallyport.clients.suite.Suite} runs
 * one, {@link dev.sallyport.clients.suite.SuiteReport} says how each of its tests ended, and
 * {@link dev.sallyport.clients.suite.Differences} compares two runs.
 */
@NullMarked
package dev.sallyport.clients.suite;

import org.jspecify.annotations.NullMarked;
