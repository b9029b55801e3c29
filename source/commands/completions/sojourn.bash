# Nothing of a line is evaluated: it is taken apart character by character, with
# quotes as the shell reads them; variables stay as they are written. Readline
# replaces only what comes after an open quote, or after the last character that
# breaks words (COMP_WORDBREAKS: = and : too). So what it keeps is worked out, and
# left out of what is offered.

# Takes the line up to the cursor apart: the words before the cursor's, what that
# one is so far, and of it what readline keeps.
_sojourn_split() {
	local rest=$1 plain character open= opened= word= has_word=
	words=() kept= quote=
	while [[ -n $rest ]]; do
		# What has no meaning is taken in one go.
		case $open in
		\') plain=${rest%%\'*} ;;
		\") plain=${rest%%[\"\\]*} ;;
		*) plain=${rest%%[\'\"\\[:space:]"$COMP_WORDBREAKS"]*} ;;
		esac
		if [[ -n $plain ]]; then
			word+=$plain has_word=1 rest=${rest:${#plain}}
			continue
		fi
		character=${rest:0:1} rest=${rest:1}
		case $open$character in
		"''" | '""') open= ;;
		\"\\)
			[[ $rest == [\"\\\$\`]* ]] || word+=\\
			word+=${rest:0:1} rest=${rest:1}
			;;
		\' | \") open=$character has_word=1 opened=$word ;;
		\\) word+=${rest:0:1} has_word=1 rest=${rest:1} ;;
		[[:space:]])
			if [[ -n $has_word ]]; then words+=("$word"); fi
			word= has_word= kept=
			;;
		*) word+=$character has_word=1 kept=$word ;;
		esac
	done
	current=$word
	if [[ -n $open ]]; then quote=$open kept=$opened; fi
}

# Asks sojourn: a candidate a line, and after a tab what it is. That which is on
# the PATH, not what is typed: nothing that is typed runs before Return is pressed.
_sojourn_ask() {
	local value description
	while IFS=$'\t' read -r value description; do
		values+=("$prefix$value")
	done < <(sojourn __complete "$@" 2>/dev/null </dev/null)
}

# Offers $values, quoted as the line is, without what readline keeps.
_sojourn_offer() {
	local value
	for value in "${values[@]}"; do
		if [[ $value != "$kept"* ]]; then continue; fi
		value=${value:${#kept}}
		case $quote in
		\')
			value=${value//\'/\'\\\'\'}
			# Readline closes the quotes unless the last character does so.
			if [[ $value == *\' ]]; then value=${value%?}; fi
			;;
		\")
			value=${value//\\/\\\\} value=${value//\"/\\\"}
			value=${value//\$/\\\$} value=${value//\`/\\\`}
			value=${value//!/\"\\!\"} # In double quotes it would name a line of the history.
			if [[ $value == *\" ]]; then value+=\"; fi
			;;
		*)
			# After a word with a backquote, however quoted, bash completes none; a path can do without.
			if [[ $kind == outputs ]]; then value=${value//\`/\\x60}; fi
			if [[ -n $value ]]; then printf -v value %q "$value"; fi
			;;
		esac
		COMPREPLY+=("$value")
	done
}

_sojourn_complete_kind() {
	local -a values=()
	local value
	case $kind in
	files)
		# Readline completes them if nothing is offered.
		if [[ $current == - ]]; then COMPREPLY=(-); fi
		compopt -o default
		;;
	folders) compopt -o dirnames ;;
	sessions)
		compopt -o nosort 2>/dev/null # Since bash 4.4.
		_sojourn_ask sessions "$current" "${given[@]}"
		_sojourn_offer
		;;
	outputs)
		# Readline lists only what comes after the last slash. Its own way to quote would leave $ as it is.
		compopt -o filenames
		compopt -o noquote 2>/dev/null || compopt +o filenames # Since bash 4.3.
		_sojourn_ask outputs "$current" "${given[@]}"
		for value in "${values[@]}"; do
			if [[ $value == */ ]]; then compopt -o nospace; fi
		done
		_sojourn_offer
		;;
	esac
}

# Completes what comes after "--" as a command line of its own.
_sojourn_command() {
	local -i index
	for ((index = 1; index < COMP_CWORD; index++)); do
		if [[ ${COMP_WORDS[index]} == -- ]]; then break; fi
	done
	index+=1
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$index"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$index"
	elif ((index == COMP_CWORD)); then
		compopt -o filenames
		local value
		while IFS= read -r value; do
			COMPREPLY+=("$value")
		done < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
	else
		compopt -o default
	fi
}

# Offers those of $choices that start with what is typed, but for what is there already.
_sojourn_choose() {
	local -a values=()
	local choice
	for choice in $choices; do
		if [[ $choice == "$current"* && " ${seen[*]} " != *" $choice "* ]]; then
			values+=("$prefix$choice")
		fi
	done
	_sojourn_offer
}

_sojourn() {
	local -a words=() given=() seen=()
	local IFS=$' \t\n' current= kept= quote= prefix= kind= choices=
	local command=explorer action= flag= ended= word
	local -i count=0
	COMPREPLY=()
	_sojourn_split "${COMP_LINE:0:COMP_POINT}"
	given=("${words[@]:1}")
	for word in "${given[@]}"; do
		if [[ -n $flag ]]; then
			flag=
		elif [[ -z $ended && $word == -- ]]; then
			ended=1
		elif [[ -z $ended && $word == -?* ]]; then
			seen+=("${word%%=*}")
			kind= choices=
			_sojourn_value "$word"
			if [[ -n $kind$choices ]]; then flag=$word; fi
		elif [[ $command == explorer ]]; then
			command=$word
		elif [[ -z $action && " $_sojourn_with_actions " == *" $command "* ]]; then
			action=:$word
		else
			count+=1
		fi
	done

	kind= choices=
	if [[ -n $flag ]]; then
		_sojourn_value "$flag"
	elif [[ -z $ended && $current == --*=* ]]; then
		flag=${current%%=*} prefix=$flag= current=${current#*=}
		_sojourn_value "$flag"
	elif [[ -z $ended && $current == -* ]]; then
		_sojourn_flags "$command"
		if [[ $current == - ]]; then
			word=$choices
			_sojourn_word "$command$action:$count"
			choices=$word
			if [[ $kind != files ]]; then kind=; fi # It stands for standard input.
		fi
	elif [[ $command == explorer ]]; then
		choices=$_sojourn_commands
	else
		_sojourn_word "$command$action:$count"
	fi

	case $kind in
	command) if [[ -n $ended ]]; then _sojourn_command; else choices=--; fi ;;
	?*) _sojourn_complete_kind ;;
	esac
	if [[ -n $choices ]]; then _sojourn_choose; fi
}

complete -F _sojourn sojourn
