/**
 * From the text of manifests to the model, and from what somebody asks for to the text of a new manifest.
 *
 * <p>{@link org.chrootlite.manifest.Manifests#read} goes this way with every file:
 *
 * <ol>
 *   <li>{@code ManifestFinder} turns the paths that the user names into files, and {@code ManifestFile} reads each into
 *       a {@link org.chrootlite.diagnostic.SourceText}: at most 1 MiB, regular, UTF-8.
 *   <li>{@code YamlReader} turns the text into {@code Node}s with positions, one tree a document, and refuses what YAML
 *       allows and manifests do not: duplicate keys, tags, cycles, bombs.
 *   <li>{@code SchemaCheck} holds each tree against {@code schemas/sandbox-v1.schema.json}: names and types.
 *   <li>{@code SandboxReader} makes the {@link org.chrootlite.model.Sandbox} of it, with all defaults, and checks what
 *       a schema cannot say: values that no kernel would take, missing files, contradictions.
 * </ol>
 *
 * <p>Nothing here throws for bad input: every problem becomes a {@link org.chrootlite.diagnostic.Diagnostic}, and a
 * document with an error makes no sandbox.
 *
 * <p>{@link org.chrootlite.manifest.ManifestWriter} makes the text of a {@link org.chrootlite.manifest.Draft}, and
 * {@link org.chrootlite.manifest.YamlText} of any tree; what they write is read back as it was.
 */
@NullMarked
package org.chrootlite.manifest;

import org.jspecify.annotations.NullMarked;
