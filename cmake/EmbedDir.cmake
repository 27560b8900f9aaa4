# Writes OUT/<NAME>.S and OUT/<NAME>.cpp, which put every file of DIR into the binary.
# Run as: cmake -DDIR=… -DOUT=… -DNAME=web_assets -P EmbedDir.cmake
# The table is reached through base/embedded_file.hpp; a file's tag is the start of its SHA-256.
file(GLOB_RECURSE files RELATIVE "${DIR}" LIST_DIRECTORIES false "${DIR}/*")
list(FILTER files EXCLUDE REGEX "^cases/|\\.md$")  # cases are for tests, readmes for people
list(SORT files)
set(asm ".section .rodata\n")
set(decl "")
set(rows "")
set(i 0)
foreach(f IN LISTS files)
  file(SHA256 "${DIR}/${f}" sum)
  string(SUBSTRING "${sum}" 0 16 tag)
  set(symbol "${NAME}_${i}")
  string(APPEND asm ".global ${symbol}\n.global ${symbol}_end\n.balign 16\n${symbol}:\n"
                    ".incbin \"${DIR}/${f}\"\n${symbol}_end:\n.byte 0\n")
  string(APPEND decl "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
  string(APPEND rows "    {\"${f}\", {${symbol}, ${symbol}_end}, \"${tag}\"},\n")
  math(EXPR i "${i}+1")
endforeach()
string(APPEND asm ".section .note.GNU-stack,\"\",@progbits\n")
file(WRITE "${OUT}/${NAME}.S" "${asm}")
if(rows STREQUAL "")
  set(body "std::span<const EmbeddedFile> ${NAME}() { return {}; }\n")
else()
  set(body "static const EmbeddedFile table[] = {\n${rows}};\nstd::span<const EmbeddedFile> ${NAME}() { return table; }\n")
endif()
file(WRITE "${OUT}/${NAME}.cpp"
     "#include \"base/embedded_file.hpp\"\n${decl}namespace earprint::base {\n${body}}  // namespace earprint::base\n")
