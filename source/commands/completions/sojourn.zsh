# Asks sojourn: a candidate a line, and after a tab what it is. That which is on
# the PATH, not what is typed: nothing that is typed runs before Return is pressed.
_sojourn_ask() {
	local typed=$compstate[quote]$PREFIX$compstate[quote]
	lines=("${(@f)$(sojourn __complete $1 "${(Q)typed}" "${(@)given}" 2>/dev/null </dev/null)}")
	lines=("${(@)lines:#}")
}

_sojourn_sessions() {
	local -a lines described
	local line
	_sojourn_ask sessions
	for line in "${(@)lines}"; do
		described+=("${${${line%%$'\t'*}//\\/\\\\}//:/\\:}:${line#*$'\t'}")
	done
	_describe -V -t sessions session described
}

# A level at a time, as files are completed.
_sojourn_outputs() {
	local -a lines folders files
	_sojourn_ask outputs
	folders=("${(@M)lines:#*/}")
	files=("${(@)lines:#*/}")
	folders=("${(@)${(@)folders%/}##*/}")
	files=("${(@)files##*/}")
	compset -P '*/'
	local expl
	_wanted outputs expl output compadd -q -S / -a folders
	_wanted outputs expl output compadd -a files
}

_sojourn_kind() {
	case $kind in
	files) if [[ $PREFIX == - ]]; then compadd -- -; fi; _files ;;
	folders) _files -/ ;;
	sessions) _sojourn_sessions ;;
	outputs) _sojourn_outputs ;;
	esac
}

_sojourn() {
	local command=explorer action= flag= ended= kind= word
	local -a given seen choices
	local -i count=0 index
	given=("${(@Q)words[2,CURRENT-1]}")
	for ((index = 1; index <= $#given; index++)); do
		word=$given[index]
		if [[ -n $flag ]]; then
			flag=
		elif [[ -z $ended && $word == -- ]]; then
			ended=$index
		elif [[ -z $ended && $word == -?* ]]; then
			seen+=("${word%%=*}")
			kind= choices=()
			_sojourn_value "$word"
			if [[ -n $kind$choices ]]; then flag=$word; fi
		elif [[ $command == explorer ]]; then
			command=$word
		elif [[ -z $action && -n ${(M)_sojourn_with_actions:#$command} ]]; then
			action=:$word
		else
			count+=1
		fi
	done

	kind= choices=()
	if [[ -n $flag ]]; then
		_sojourn_value "$flag"
	elif [[ -z $ended && $PREFIX == --*=* ]]; then
		_sojourn_value "${PREFIX%%=*}"
		compset -P '*='
	elif [[ -z $ended && $PREFIX == -* ]]; then
		_sojourn_flags "$command"
		for word in $seen; do choices=("${(@)choices:#$word:*}"); done
		_describe -o -t options flag choices
		[[ $PREFIX == - ]] && _sojourn_word "$command$action:$count"
		[[ $kind != files ]] && kind= # A dash stands for standard input.
		choices=()
	elif [[ $command == explorer ]]; then
		_describe -t commands command _sojourn_commands
	else
		_sojourn_word "$command$action:$count"
	fi

	if [[ $kind == command ]]; then
		# What comes after "--" is a command line of its own.
		if ((ended)); then
			shift $((ended + 1)) words
			((CURRENT -= ended + 1))
			_normal
		else
			compadd -- --
		fi
	elif [[ -n $kind ]]; then
		_sojourn_kind
	elif (($#choices)); then
		_describe -V -t values value choices
	fi
}

# In a folder of $fpath this file is the function itself; elsewhere it is read.
if [[ $funcstack[1] == _sojourn ]]; then
	_sojourn "$@"
else
	compdef _sojourn sojourn
fi
