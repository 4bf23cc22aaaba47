/**
 * Access as code: workflows, selectors, availabilities, policies, proxies and databases from YAML files.
 *
 * <pre>
 *  files ─▶ Documents (with their lines) ─▶ Schema ─▶ Plan (against what the API has) ─▶ shown, agreed ─▶ PUT, DELETE
 * </pre>
 */
@NullMarked
package dev.sallyport.cli.apply;

import org.jspecify.annotations.NullMarked;
