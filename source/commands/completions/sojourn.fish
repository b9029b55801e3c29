# What is typed of the word at the cursor, without its quotes.
function __sojourn_current
	set -l token (commandline -ct)
	string unescape -- $token 2>/dev/null
	or string unescape -- $token\' 2>/dev/null
	or string unescape -- $token\" 2>/dev/null
	or printf '%s\n' $token
end

# Asks sojourn: a candidate a line, and after a tab what it is. That which is on
# the PATH, not what is typed: nothing that is typed runs before Return is pressed.
function __sojourn_ask
	set -l words (commandline -opc)
	sojourn __complete $argv $words[2..-1] 2>/dev/null </dev/null
end

# Says what is to be completed: a line with its kind, one with the command, then the
# flags that are there already; or the kind "choices", and the choices.
function __sojourn_state
	set -l words (commandline -opc)
	set -l current (__sojourn_current)
	set -l command explorer
	set -l action
	set -l flag
	set -l ended
	set -l seen
	set -l count 0
	for word in $words[2..-1]
		if set -q flag[1]
			set -e flag
		else if not set -q ended[1]; and test "$word" = --
			set ended 1
		else if not set -q ended[1]; and string match -qr -- '^-.' "$word"
			set -a seen (string replace -r -- '=.*' '' "$word")
			if test -n "$(__sojourn_value "$word")"
				set flag $word
			end
		else if test $command = explorer
			set command "$word"
		else if not set -q action[1]; and contains -- $command $__sojourn_with_actions
			set action ":$word"
		else
			set count (math $count + 1)
		end
	end

	if set -q flag[1]
		__sojourn_value "$flag"
	else if not set -q ended[1]; and string match -qr -- '^--.*=' "$current"
		__sojourn_value (string replace -r -- '=.*' '' "$current")
	else if not set -q ended[1]; and string match -q -- '-*' "$current"
		printf '%s\n' flags "$command" $seen
	else if test $command = explorer
		echo commands
	else
		__sojourn_word "$command$action:$count"
	end
end

function __sojourn_wants_files
	test "$(__sojourn_state)[1]" = files
end

function __sojourn_candidates
	set -l state (__sojourn_state)
	set -l current (__sojourn_current)
	set -l prefix (string match -r -- '^--[a-z-]+=' "$current")
	set -l typed (string replace -- "$prefix" '' "$current")
	switch "$state[1]"
	case choices
		printf '%s\n' "$prefix"$state[2..-1]
	case commands
		__sojourn_commands
	case flags
		for line in (__sojourn_flags "$state[2]")
			if not contains -- (string split -f 1 \t -- $line) $state[3..-1]
				printf '%s\n' $line
			end
		end
	case folders
		printf '%s\n' "$prefix"(__fish_complete_directories "$typed")
	case sessions outputs
		printf '%s\n' "$prefix"(__sojourn_ask $state[1] "$typed")
	case command
		# What comes after "--" is a command line of its own.
		set -l words (commandline -opc)
		if set -l end (contains -i -- -- $words)
			set -l rest (string escape -- $words[(math $end + 1)..-1])
			complete -C "$(string join ' ' -- $rest (commandline -ct))"
		else
			echo --
		end
	end
end

complete -c sojourn -e
complete -c sojourn -f
complete -c sojourn -n __sojourn_wants_files -F
complete -c sojourn -k -a '(__sojourn_candidates)'
