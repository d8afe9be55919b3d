/** What a shell runs to complete: each calls the program back, which knows its own commands and flags. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of session for bash. Add to ~/.bashrc:  source <(session completion bash)
_session_complete() {
  local IFS=$'\\n'
  COMPREPLY=($("$1" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _session_complete session`,
  zsh: `#compdef session
# Completion of session for zsh. Add to ~/.zshrc, after compinit:  source <(session completion zsh)
_session_complete() {
  local line
  local -a candidates
  for line in "\${(@f)$(session __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#candidates} )); then _describe session candidates; else _files; fi
}
compdef _session_complete session`,
  fish: `# Completion of session for fish. Save as ~/.config/fish/completions/session.fish
function __session_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (session __complete -- $words[2..-1] 2>/dev/null)
  if count $candidates >/dev/null
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c session -f -a '(__session_complete)'`,
};

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
