/**
 * The mesh as the engine sees it: immutable records in xDS terms, checked in their constructors.
 *
 * <p>Neither protobuf nor any library type appears here. One {@link dev.weft.model.MeshSnapshot} is
 * swapped as a whole.
 */
@NullMarked
package dev.weft.model;

import org.jspecify.annotations.NullMarked;
